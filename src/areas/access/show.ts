import type { Role } from '../../base/principal.ts'
import type { Member, Project, Token, User } from '../../contract/access.ts'
import type { membersOf, TokenRow, UserRow } from './reader.ts'

/** Rows as the API shows them. */
export function showUser(row: UserRow): User {
  return {
    id: row.id,
    name: row.name,
    platform_role: row.platform_role === 'admin' ? 'admin' : null,
    disabled: row.disabled_at !== null,
    created_at: row.created_at.toISOString(),
    last_seen_at: row.last_seen_at?.toISOString() ?? null,
  }
}

export function showProject(row: {
  id: string
  name: string
  description: string
  created_at: Date
  role: Role
}): Project {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    role: row.role,
    created_at: row.created_at.toISOString(),
  }
}

export function showMember(row: Awaited<ReturnType<typeof membersOf>>[number]): Member {
  const platformAdmin = row.platform_role === 'admin'
  return {
    user_id: row.id,
    user: row.name,
    role: platformAdmin ? 'admin' : (row.role as Role),
    platform_admin: platformAdmin,
    since: (row.since ?? row.created_at).toISOString(),
  }
}

export function showToken(row: TokenRow): Token {
  return {
    id: row.id,
    name: row.name,
    user: row.user_name,
    project: row.project_name,
    role: row.role as Role | null,
    created_at: row.created_at.toISOString(),
    expires_at: row.expires_at.toISOString(),
    last_used_at: row.last_used_at?.toISOString() ?? null,
    revoked_at: row.revoked_at?.toISOString() ?? null,
  }
}
