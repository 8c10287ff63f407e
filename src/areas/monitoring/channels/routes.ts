import { type Route, route } from '../../../base/area.ts'
import { SlipwayError } from '../../../base/error.ts'
import { channels } from '../../../contract/alerts.ts'
import type { MonitoringDeps } from '../deps.ts'
import { listChannels } from './reader.ts'
import { newSecret } from './signature.ts'
import { createChannel, deleteChannel } from './writer.ts'

const read = { action: 'monitoring:read', on: 'project' } as const
const write = { action: 'monitoring:write', on: 'project' } as const

export function channelRoutes({ store, secrets, outbound }: MonitoringDeps): Route[] {
  return [
    route(channels.list, read, async ({ project }) => ({
      channels: await listChannels(store.read, project.id),
    })),
    route(channels.create, write, async ({ principal, project, body }) => {
      const { name, url, secret = newSecret() } = body
      await outbound.check(url)
      await store.transact(principal, (tx) =>
        createChannel(tx, secrets, { projectId: project.id, name, url, secret }),
      )
      const channel = (await listChannels(store.read, project.id)).find((one) => one.name === name)
      if (channel === undefined)
        throw new SlipwayError('not_found', `The channel "${name}" was deleted at once.`)
      return { ...channel, secret }
    }),
    route(channels.delete, write, async ({ principal, project, params }) => {
      await store.transact(principal, (tx) => deleteChannel(tx, project.id, params.channel))
      return {}
    }),
  ]
}
