import type { Store, Tx } from '../../store/store.ts'

/** Reading works outside of transactions and in them. */
export type Database = Store['read'] | Tx['db']
