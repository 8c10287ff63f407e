import { digitReader } from './lines.ts'
import { ago, id, min, sec } from './made-up.ts'
import { driftWindows, monitor } from './monitoring.ts'
import { deployment } from './serving.ts'

const window = { first_sequence: 91, last_sequence: 93, from: ago(200 * sec), to: ago(139 * sec), rows: 300 }
const alert = (kind: string, state: string, title: string, evidence: object, s: number) => ({
  id: id(`alert-${kind}-${s}`),
  kind,
  state,
  title,
  deployment_id: deployment.id,
  monitor_id: monitor.id,
  line_id: digitReader.id,
  evidence: { window, ...evidence },
  windows: 4,
  opened_at: ago(s * sec),
  acknowledged_at: null,
  acknowledged_by: null,
  resolved_at: state === 'resolved' ? ago((s - 600) * sec) : null,
  resolution: state === 'resolved' ? 'Two good windows in a row.' : null,
})
const columns = driftWindows[35]?.columns.slice(0, 12).sort((a, b) => b.score - a.score) ?? []
export const alerts = [
  alert(
    'performance',
    'open',
    'Accuracy of digit-reader is 79.4 %, below 93 %',
    { metric: 'accuracy', value: 0.794, bound: 0.842, limit: 0.93, labelled: 287 },
    139,
  ),
  alert(
    'drift',
    'open',
    '39 of 64 columns of digit-reader drifted (61 %)',
    { drifted_share: 0.61, threshold: 0.5, columns },
    171,
  ),
  alert(
    'drift',
    'resolved',
    '34 of 64 columns of digit-reader drifted (53 %)',
    { drifted_share: 0.53, threshold: 0.5, columns },
    86_400,
  ),
]
export const deliveries = [
  {
    id: id('del1'),
    channel: 'ops',
    event: 'opened',
    state: 'delivered',
    attempts: 2,
    status: 200,
    error: null,
    created_at: ago(138 * sec),
    finished_at: ago(131 * sec),
  },
]
export const channels = [
  { id: id('ops'), name: 'ops', kind: 'webhook', host: 'hooks.example.org', created_at: ago(26 * min) },
]
