import { SlipwayError } from '../../../base/error.ts'

/** An id that was kept from elsewhere is another project's here. */
export function taken(what: string, id: string): SlipwayError {
  return new SlipwayError('already_exists', `The ${what} ${id} is in another project`)
}
