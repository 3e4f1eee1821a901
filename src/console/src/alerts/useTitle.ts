// The name of a rule in the reader's language: the detection catalogue's, else the rule's own text.
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { type Detection, detectionsQuery } from '../api/session';
import { language } from '../i18n';
import type { Eve } from '../logic/eve';

const none = new Map<string, Detection>();

const detected = (eve: Eve, all: ReadonlyMap<string, Detection>) => all.get(`${eve.alert?.gid ?? 1}:${eve.alert?.signature_id}`);

// As far as the catalogue has been read.
export const titleOf = (eve: Eve, all: ReadonlyMap<string, Detection> = none) => detected(eve, all)?.title[language()] || (eve.alert?.signature ?? '');

export function useDetections(): (eve: Eve) => Detection | undefined {
  const { data = none } = useQuery(detectionsQuery);
  return useCallback((eve) => detected(eve, data), [data]);
}

export function useTitle(): (eve: Eve) => string {
  const detection = useDetections();
  const now = language();
  return useCallback((eve) => detection(eve)?.title[now] || (eve.alert?.signature ?? ''), [detection, now]);
}
