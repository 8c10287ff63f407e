import type { AlertEvidence } from '../../../contract/alerts.ts'

/** An alert in one sentence, for people. */
export function sentenceOf(evidence: AlertEvidence, columns: number): string {
  const { rows } = evidence.window
  if (evidence.drifted_share !== undefined) {
    const drifted = Math.round(evidence.drifted_share * columns)
    return (
      `${drifted} of ${columns} columns have drifted from the reference in ${rows} predictions ` +
      `(${percent(evidence.drifted_share)}; the limit is ${percent(evidence.threshold ?? 0)}).`
    )
  }
  const value = (evidence.value ?? 0).toPrecision(3)
  return `${evidence.metric} is ${value} on ${evidence.labelled} labelled predictions; the limit is ${evidence.limit}.`
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
