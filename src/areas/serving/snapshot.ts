import { createHmac, timingSafeEqual } from 'node:crypto'
import { Compile } from 'typebox/compile'
import { SlipwayError } from '../../base/error.ts'
import { SignedSnapshot, Snapshot } from '../../contract/modelserver.ts'

const isSnapshot = Compile(Snapshot)
const isSigned = Compile(SignedSnapshot)

/** The signature of a snapshot's text: nobody without the secret can make the model servers obey. */
export function snapshotSignature(body: string, secret: string): string {
  return createHmac('sha256', secret).update(body).digest('hex')
}

/** The snapshot in `signed`, if it was signed with this secret. Fails with `invalid_argument`. */
export function openSnapshot(signed: unknown, secret: string): Snapshot {
  if (!isSigned.Check(signed)) throw new SlipwayError('invalid_argument', 'This is not a signed snapshot.')
  const expected = Buffer.from(snapshotSignature(signed.body, secret))
  const given = Buffer.from(signed.signature)
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) {
    throw new SlipwayError(
      'invalid_argument',
      'The snapshot was not signed with the secret of this platform.',
    )
  }
  const snapshot: unknown = JSON.parse(signed.body)
  if (!isSnapshot.Check(snapshot)) {
    const [first] = isSnapshot.Errors(snapshot)
    throw new SlipwayError(
      'invalid_argument',
      `The snapshot is not understood: ${first?.instancePath ?? ''} ${first?.message ?? ''}.`,
    )
  }
  return snapshot
}
