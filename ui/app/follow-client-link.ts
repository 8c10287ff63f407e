import type { QueryClient } from '@tanstack/react-query'
import { redirect } from '@tanstack/react-router'
import { experimentQuery, modelQuery, runQuery } from '../api/queries.ts'
import type { ClientLink } from './client-link.ts'
import { lastProject } from './last-project.ts'

/** Goes where a link of a client leads, in whichever project that is; stays when it leads nowhere. */
export async function followClientLink(
  queries: QueryClient,
  projects: readonly string[],
  link: ClientLink,
): Promise<void> {
  const last = lastProject(projects)
  for (const project of [...projects].sort((a, b) => Number(b === last) - Number(a === last))) {
    if (await isThere(queries, project, link)) throw pageOf(project, link)
  }
}

function isThere(queries: QueryClient, project: string, link: ClientLink): Promise<boolean> {
  const found =
    link.kind === 'run'
      ? queries.ensureQueryData(runQuery(project, link.run))
      : link.kind === 'experiment'
        ? queries.ensureQueryData(experimentQuery(project, link.experiment))
        : queries.ensureQueryData(modelQuery(project, link.model))
  return found.then(
    () => true,
    () => false,
  )
}

function pageOf(project: string, link: ClientLink) {
  if (link.kind === 'run') {
    return redirect({
      to: '/projects/$project/runs/$run',
      params: { project, run: link.run },
      replace: true,
    })
  }
  if (link.kind === 'experiment') {
    const search = { experiment: link.experiment }
    return redirect({ to: '/projects/$project/runs', params: { project }, search, replace: true })
  }
  const { model, version } = link
  if (version === undefined) {
    return redirect({ to: '/projects/$project/models/$model', params: { project, model }, replace: true })
  }
  return redirect({
    to: '/projects/$project/models/$model/versions/$version',
    params: { project, model, version },
    replace: true,
  })
}
