import type { Store } from '../../store/store.ts'
import type { Access } from '../access/index.ts'
import type { Registry } from '../registry/index.ts'
import type { Tracking } from '../tracking/index.ts'

export interface NotesDeps {
  readonly store: Store
  readonly access: Pick<Access, 'people' | 'authorize'>
  readonly tracking: Pick<Tracking, 'findRun'>
  readonly registry: Pick<Registry, 'findModel' | 'version'>
}
