import type { TSchema } from 'typebox'
import { catalogue } from '../base/catalogue.ts'
import type { Endpoint } from '../base/endpoint.ts'
import { apiPrefix } from '../contract/index.ts'
import type { HttpRoute } from './routes.ts'

/** The OpenAPI 3.1 document of the API, made from the same declarations that validate it. */
export function openApi(routes: readonly HttpRoute[], version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const { endpoint, permission } of routes) {
    if (permission === 'model-server') continue
    const path = endpoint.path.replace(/:([a-z_]+)/g, '{$1}')
    paths[path] = {
      ...paths[path],
      [endpoint.method.toLowerCase()]: operation(endpoint, permission === 'public'),
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Slipway', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: apiPrefix }],
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      schemas: { Error: errorSchema },
    },
  }
}

const errorSchema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'remedy', 'facts'],
      properties: {
        code: { enum: Object.keys(catalogue) },
        message: { type: 'string', description: 'What happened.' },
        remedy: { type: 'string', description: 'What to do about it.' },
        facts: { type: 'object', additionalProperties: true },
      },
    },
  },
}

function operation(endpoint: Endpoint, open: boolean): Record<string, unknown> {
  const body = endpoint.upload
    ? { 'application/octet-stream': {} }
    : endpoint.body && { 'application/json': { schema: endpoint.body } }
  const answer = endpoint.download ? { '*/*': {} } : { 'application/json': { schema: endpoint.reply } }
  return {
    operationId: endpoint.id,
    tags: [endpoint.id.split('.')[0]],
    summary: endpoint.summary,
    parameters: [...parameters(endpoint.params, 'path'), ...parameters(endpoint.query, 'query')],
    ...(body === undefined ? {} : { requestBody: { required: true, content: body } }),
    responses: {
      200: { description: 'Done.', content: answer },
      default: {
        description: 'Refused or failed.',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
    ...(open ? { security: [] } : {}),
  }
}

function parameters(schema: TSchema | undefined, place: 'path' | 'query'): Record<string, unknown>[] {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, TSchema>
    required?: string[]
  }
  return Object.entries(properties).map(([name, each]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: each,
  }))
}
