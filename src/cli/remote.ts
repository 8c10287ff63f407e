import type { Command } from './command.ts'
import { accessCommands } from './commands/access.ts'
import { alertCommands } from './commands/alerts.ts'
import { applyCommands } from './commands/apply.ts'
import { dataCommands } from './commands/data.ts'
import { deploymentCommands } from './commands/deployments.ts'
import { labelCommands } from './commands/labels.ts'
import { lineCommands } from './commands/lines.ts'
import { loginCommands } from './commands/login.ts'
import { logCommands } from './commands/logs.ts'
import { modelCommands } from './commands/models.ts'
import { pipelineCommands } from './commands/pipelines.ts'
import { predictCommands } from './commands/predict.ts'
import { runCommands } from './commands/runs.ts'
import { statusCommands } from './commands/status.ts'

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
    ...modelCommands,
    ...pipelineCommands,
    ...deploymentCommands,
    ...predictCommands,
    ...labelCommands,
    ...loginCommands,
    ...accessCommands,
  ]
}
