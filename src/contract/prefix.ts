/** What the paths of all endpoints are relative to. */
export const apiPrefix = '/api/slipway/v1'
