import type { Command } from './command.ts'
import { alertCommands } from './commands/alerts.ts'
import { applyCommands } from './commands/apply.ts'
import { artifactCommands } from './commands/artifacts.ts'
import { auditCommands } from './commands/audit.ts'
import { dataCommands } from './commands/data.ts'
import { deploymentCommands } from './commands/deployments.ts'
import { keepingCommands } from './commands/keeping.ts'
import { labelCommands } from './commands/labels.ts'
import { lineCommands } from './commands/lines.ts'
import { loginCommands } from './commands/login.ts'
import { logCommands } from './commands/logs.ts'
import { memberCommands } from './commands/members.ts'
import { modelCommands } from './commands/models.ts'
import { moveCommands } from './commands/move.ts'
import { pipelineCommands } from './commands/pipelines.ts'
import { platformCommands } from './commands/platform.ts'
import { predictCommands } from './commands/predict.ts'
import { projectCommands } from './commands/projects.ts'
import { runCommands } from './commands/runs.ts'
import { statusCommands } from './commands/status.ts'
import { tokenCommands } from './commands/tokens.ts'
import { traceCommands } from './commands/traces.ts'
import { userCommands } from './commands/users.ts'
import { webhookCommands } from './commands/webhooks.ts'

/** The commands that ask a platform. */
export function remoteCommands(): Command[] {
  return [
    ...applyCommands,
    ...statusCommands,
    ...lineCommands,
    ...logCommands,
    ...alertCommands,
    ...dataCommands,
    ...runCommands,
    ...artifactCommands,
    ...keepingCommands,
    ...traceCommands,
    ...modelCommands,
    ...moveCommands,
    ...pipelineCommands,
    ...deploymentCommands,
    ...predictCommands,
    ...labelCommands,
    ...loginCommands,
    ...projectCommands,
    ...memberCommands,
    ...userCommands,
    ...tokenCommands,
    ...webhookCommands,
    ...auditCommands,
    ...platformCommands,
  ]
}
