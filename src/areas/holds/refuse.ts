import { sql } from 'kysely'
import { SlipwayError } from '../../base/error.ts'
import type { Tx } from '../../store/store.ts'
import { type Hold, type HoldSubject, holdsOn } from './reader.ts'

const words: Readonly<Record<HoldSubject, string>> = {
  experiment: 'experiment',
  run: 'run',
  model_version: 'model version',
}

/** Fails with `held` when any of these may not be deleted; a run also when its experiment is held, and the reverse. */
export async function refuseHeld(tx: Tx, type: HoldSubject, ids: readonly string[]): Promise<void> {
  const [own] = await holdsOn(tx.db, type, ids)
  if (own !== undefined) throw held(own)
  if (type === 'model_version' || ids.length === 0) return
  const { rows } =
    type === 'run'
      ? await sql<Hold>`select h.* from runs r
          join holds h on h.subject_type = 'experiment' and h.subject_id = r.experiment_id::text and h.released_at is null
          where r.id = any(${[...ids]}::uuid[]) limit 1`.execute(tx.db)
      : await sql<Hold>`select h.* from holds h
          join runs r on h.subject_type = 'run' and h.released_at is null and h.subject_id = replace(r.id::text, '-', '')
          where r.experiment_id::text = any(${[...ids]}) limit 1`.execute(tx.db)
  if (rows[0] !== undefined) throw held(rows[0])
}

/** Fails with `held` when the path is of files of a run that is held. */
export async function refuseHeldFiles(tx: Tx, path: string): Promise<void> {
  const runs = path.split('/').filter((segment) => /^[0-9a-f]{32}$/.test(segment))
  if (runs.length > 0) await refuseHeld(tx, 'run', runs)
}

/** Fails with `in_use` when a deployment or line needs one of the versions. */
export async function refuseInUse(tx: Tx, versions: readonly { id: string; name: string }[]): Promise<void> {
  if (versions.length === 0) return
  const ids = versions.map((version) => version.id)
  const { rows } = await sql<{ model_version_id: string; used_by: string }>`
    select model_version_id, used_by from model_version_uses(${ids}::uuid[]) order by used_by limit 1`.execute(
    tx.db,
  )
  const [use] = rows
  if (use === undefined) return
  const name = versions.find((version) => version.id === use.model_version_id)?.name ?? ''
  throw new SlipwayError('in_use', `Model version ${name} can't be deleted: it is used by ${use.used_by}.`)
}

function held(hold: Hold): SlipwayError {
  const what = words[hold.subject_type as HoldSubject]
  return new SlipwayError(
    'held',
    `This can't be deleted: ${what} ${hold.subject_name} is held since ${hold.placed_at.toISOString().slice(0, 10)} ` +
      `by ${hold.placed_by}: ${hold.reason}`,
    { facts: { hold: hold.id } },
  )
}
