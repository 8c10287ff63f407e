const part = (text: string | number): string => encodeURIComponent(String(text))
const inProject = (project: string, rest: string): string => `/projects/${part(project)}${rest}`

/** Every address of the pages, below the base path. Nothing else puts addresses together. */
export const paths = {
  home: () => '/',
  login: () => '/login',
  lines: (project: string) => inProject(project, '/lines'),
  line: (project: string, line: string) => inProject(project, `/lines/${part(line)}`),
  pipelineRun: (project: string, id: string) => inProject(project, `/pipeline-runs/${part(id)}`),
  datasets: (project: string) => inProject(project, '/datasets'),
  dataset: (project: string, dataset: string) => inProject(project, `/datasets/${part(dataset)}`),
  datasetVersion: (project: string, dataset: string, version: number) =>
    inProject(project, `/datasets/${part(dataset)}/versions/${part(version)}`),
  experiments: (project: string) => inProject(project, '/experiments'),
  runs: (project: string) => inProject(project, '/runs'),
  run: (project: string, run: string) => inProject(project, `/runs/${part(run)}`),
  compare: (project: string) => inProject(project, '/compare'),
  traces: (project: string) => inProject(project, '/traces'),
  trace: (project: string, trace: string) => inProject(project, `/traces/${part(trace)}`),
  evaluations: (project: string) => inProject(project, '/evaluations'),
  evaluation: (project: string, run: string) => inProject(project, `/evaluations/${part(run)}`),
  evaluationDataset: (project: string, dataset: string) =>
    inProject(project, `/evaluation-datasets/${part(dataset)}`),
  prompts: (project: string) => inProject(project, '/prompts'),
  prompt: (project: string, prompt: string) => inProject(project, `/prompts/${part(prompt)}`),
  reports: (project: string) => inProject(project, '/reports'),
  report: (project: string, report: string) => inProject(project, `/reports/${part(report)}`),
  inbox: (project: string) => inProject(project, '/inbox'),
  models: (project: string) => inProject(project, '/models'),
  model: (project: string, model: string) => inProject(project, `/models/${part(model)}`),
  modelVersion: (project: string, model: string, version: number) =>
    inProject(project, `/models/${part(model)}/versions/${part(version)}`),
  deployments: (project: string) => inProject(project, '/deployments'),
  deployment: (project: string, deployment: string) => inProject(project, `/deployments/${part(deployment)}`),
  alerts: (project: string) => inProject(project, '/alerts'),
  alert: (project: string, alert: string) => inProject(project, `/alerts/${part(alert)}`),
  members: (project: string) => inProject(project, '/members'),
  tokens: (project: string) => inProject(project, '/tokens'),
  webhooks: (project: string) => inProject(project, '/webhooks'),
  storage: (project: string) => inProject(project, '/storage'),
  audit: (project: string) => inProject(project, '/audit'),
} as const
