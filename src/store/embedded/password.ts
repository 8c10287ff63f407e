import { rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { escapeLiteral } from 'pg'
import { connect } from '../connect.ts'
import { type Place, urlAt } from './place.ts'
import { templatePassword } from './template.ts'

/** Marks a place whose data is a template's copy, which still has the template's password. */
export async function markUnclaimed(place: Place): Promise<void> {
  await writeFile(markOf(place), '')
}

/** Gives a running server that is a template's copy the password of its home; nothing to do for any other. */
export async function claim(place: Place): Promise<void> {
  const unclaimed = await stat(markOf(place)).catch(() => undefined)
  if (unclaimed === undefined) return
  const client = await connect(urlAt({ ...place, password: templatePassword })).catch(() =>
    // changed already by a program that was killed before it could say so
    connect(urlAt(place)),
  )
  try {
    await client.query(`alter role slipway password ${escapeLiteral(place.password)}`)
  } finally {
    await client.end()
  }
  await rm(markOf(place), { force: true })
}

function markOf(place: Place): string {
  return join(place.directory, 'unclaimed')
}
