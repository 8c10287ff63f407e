import { randomBytes } from 'node:crypto'

export const sessionDays = 30
const day = 24 * 3600_000
/** How long a replaced id works on: requests under way carry it. */
export const replacedMs = 60_000
/** How long a one-time login code may lie around. */
export const loginCodeMs = 3600_000

/** An id of a session, or a one-time code: 256 random bits, safe in cookies and links. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** A stolen id should not be good for long: it is replaced once a day. */
export function isReplacementDue(session: { createdAt: Date; replacedAt: Date | null }, now: Date): boolean {
  return session.replacedAt === null && now.getTime() - session.createdAt.getTime() > day
}

export function sessionEnd(now: Date): Date {
  return new Date(now.getTime() + sessionDays * day)
}
