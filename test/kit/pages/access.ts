import { decisions, digitReader } from './lines.ts'
import { ago, id, min, sec } from './made-up.ts'

export const me = {
  user: { id: id('admin'), name: 'admin', kind: 'user' },
  platform_role: 'admin',
  projects: [
    { name: 'default', role: 'admin' },
    { name: 'empty', role: 'viewer' },
  ],
  auth: 'session',
  expires_at: ago(-8e7),
}
export const members = [
  ['admin', 'admin', true],
  ['ada', 'operator', false],
  ['grace', 'reviewer', false],
  ['linus', 'viewer', false],
].map(([user, role, platform_admin]) => ({
  user_id: id(String(user)),
  user,
  role,
  platform_admin,
  since: ago(26 * min),
}))
export const tokens = [
  {
    id: 'k3v9',
    name: 'quickstart',
    user: 'admin',
    project: 'default',
    role: 'contributor',
    created_at: ago(26 * min),
    expires_at: ago(-30 * 86_400_000),
    last_used_at: ago(3 * sec),
    revoked_at: null,
  },
  {
    id: 'a1b2',
    name: 'old-notebook',
    user: 'ada',
    project: null,
    role: null,
    created_at: ago(9e9),
    expires_at: ago(4e8),
    last_used_at: null,
    revoked_at: null,
  },
]
export const auditEntries = decisions.map((d, i) => ({
  id: id(`audit${i}`),
  at: d.at,
  actor: { id: 'system:lines', name: i === 11 ? 'admin' : 'lines', kind: i === 11 ? 'user' : 'system' },
  action: [
    'rollout.advance',
    'rollout.start',
    'gate.judge',
    'model_version.register',
    'cycle.start',
    'alert.open',
    'alert.open',
    'rollout.complete',
    'gate.judge',
    'model_version.register',
    'dataset_version.create',
    'line.apply',
  ][i],
  project: 'default',
  subject_type: 'line',
  subject_id: digitReader.id,
  details: { ...(d.evidence as object), reason: d.sentence },
}))
