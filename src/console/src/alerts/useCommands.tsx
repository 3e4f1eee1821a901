// Runs commands on alerts: at once, or after one question.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Targets } from '../api/alerts';
import { type AlertRow, ask, client, type Schemas } from '../api/client';
import { cache, detectionsQuery } from '../api/session';
import { type Eve, severityOf } from '../logic/eve';
import { AskDialog, type Question } from './AskDialog';
import type { CommandName } from './commands';
import { MuteDialog } from './MuteDialog';
import type { Actions } from './useActions';
import { titleOf } from './useTitle';

const most_evidence = 100; // of a notice
const severities = ['critical', 'high', 'medium', 'low', 'low'] as const;

const first = (targets: Targets): AlertRow | undefined => targets.groups[0]?.newest ?? targets.rows[0]?.row;

export function useCommands(actions: Actions, muted: () => void) {
  const { t } = useTranslation();
  const [question, setQuestion] = useState<Question>();
  const [muting, setMuting] = useState<AlertRow>();

  // A draft, with the alerts as its evidence; what it says is written where notices are.
  const notice = async (targets: Targets) => {
    const row = first(targets);
    if (!row) return;
    const eve = row.event as Eve;
    const evidence = [...targets.groups.map((group) => group.newest.id), ...targets.rows.map((each) => each.row.id)].slice(0, most_evidence);
    try {
      const body: Schemas['NoticeDraft'] = { kind: 'incident', title: titleOf(eve, cache.getQueryData(detectionsQuery.queryKey)).slice(0, 300) || t('act.notice'), severity: severities[severityOf(eve) - 1]!, organisation: row.organisation, evidence };
      const { id } = await ask(client.POST('/api/v1/notices', { body }));
      actions.did(t('done.notice'), async () => void (await ask(client.DELETE('/api/v1/notices/{id}', { params: { path: { id } } }))));
    } catch (error) {
      actions.refuse(error);
    }
  };
  const run = (name: CommandName, targets: Targets) => {
    if (targets.groups.length + targets.rows.length === 0) return;
    if (name === 'mute') setMuting(first(targets));
    else if (name === 'notice') void notice(targets);
    else if (name === 'false-positive' || name === 'comment' || name === 'assign') setQuestion({ action: name, targets });
    else void actions.act(name, targets);
  };
  const dialogs = (
    <>
      <AskDialog question={question} actions={actions} close={() => setQuestion(undefined)} />
      <MuteDialog row={muting} actions={actions} close={() => setMuting(undefined)} done={muted} />
    </>
  );
  return { run, dialogs };
}
