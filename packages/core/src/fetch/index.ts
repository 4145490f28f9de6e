export { decodeBody } from './decode-body.ts'
export { createTapeFetch, type Fetch, type TapeFetch, type TapeFetchOptions } from './tape-fetch.ts'
