import type { FastifyReply } from 'fastify'
import type { Access } from '../areas/access/index.ts'
import { route } from '../base/area.ts'
import { SlipwayError } from '../base/error.ts'
import { session } from '../contract/access.ts'
import type { HttpRoute } from './routes.ts'

/** How the session's cookie is written: scripts can't read it, other sites can't send it. */
export interface CookieStyle {
  readonly name: string
  readonly path: string
  readonly secure: boolean
}

export function sessionCookie(style: CookieStyle, value: string, expiresAt: Date): string {
  return [
    `${style.name}=${value}`,
    `Path=${style.path}`,
    `Expires=${expiresAt.toUTCString()}`,
    'HttpOnly',
    'SameSite=Strict',
    ...(style.secure ? ['Secure'] : []),
  ].join('; ')
}

/** Routes that read and write the cookie, which is the business of HTTP alone. */
export function sessionRoutes(access: Access, style: CookieStyle): HttpRoute[] {
  const write = (reply: FastifyReply, value: string, expiresAt: Date) =>
    reply.header('set-cookie', sessionCookie(style, value, expiresAt))
  return [
    {
      ...route(session.login, 'public', () => Promise.reject(new Error('unused'))),
      async handle(call, reply) {
        const opened = await access.login(call.body, call.address)
        write(reply, opened.secret, opened.expiresAt)
        return access.describe(opened.identity)
      },
    },
    route(session.exchange, 'public', ({ body, address }) => access.exchange(body, address)),
    {
      ...route(session.get, 'authenticated', () => Promise.reject(new Error('unused'))),
      async handle(_call, _reply, request) {
        const identity = await access.identify(request)
        if (identity === undefined)
          throw new SlipwayError('unauthenticated', 'This needs you to be logged in.')
        return access.describe(identity)
      },
    },
    {
      ...route(session.logout, 'public', () => Promise.reject(new Error('unused'))),
      async handle(_call, reply, request) {
        await access.logout(request)
        write(reply, '', new Date(0))
        return {}
      },
    },
  ]
}
