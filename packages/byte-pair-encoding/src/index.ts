export { BytePairEncoding } from './byte-pair-encoding.ts'
export { ENCODING_NAMES, type EncodingName } from './ranks.ts'
