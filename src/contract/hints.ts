import { Type } from 'typebox'
import { endpoint } from '../base/endpoint.ts'
import { Name } from './names.ts'

export const hints = {
  stream: endpoint({
    id: 'hints.stream',
    method: 'GET',
    path: '/hints',
    summary:
      'Tells what has changed in a project, as server-sent events of one topic each (`lines:<id>`); `*`: anything may have',
    query: Type.Object({ project: Name }),
    reply: Type.Unknown(),
    download: true,
  }),
}
