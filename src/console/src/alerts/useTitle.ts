// The name of a rule in the reader's language: the detection catalogue's, else the rule's own text.
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { type Detection, detectionsQuery } from '../api/session';
import { language } from '../i18n';
import type { Eve } from '../logic/eve';

const none = new Map<string, Detection>();

export function useDetections(): (eve: Eve) => Detection | undefined {
  const { data = none } = useQuery(detectionsQuery);
  return useCallback((eve) => data.get(`${eve.alert?.gid ?? 1}:${eve.alert?.signature_id}`), [data]);
}

export function useTitle(): (eve: Eve) => string {
  const detection = useDetections();
  const now = language();
  return useCallback((eve) => detection(eve)?.title[now] || (eve.alert?.signature ?? ''), [detection, now]);
}
