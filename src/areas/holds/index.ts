export { type Hold, type HoldSubject, holdsIn } from './reader.ts'
export { refuseHeld, refuseHeldFiles, refuseInUse } from './refuse.ts'
export { type NewHold, placeHold, releaseHold } from './writer.ts'
