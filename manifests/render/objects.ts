/** A JSON value, as it stands in a manifest. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject

/** A JSON object, as it stands in a manifest. */
export interface JsonObject {
  readonly [key: string]: Json
}

/** One Kubernetes object as `kubectl apply` takes it. */
export interface Manifest extends JsonObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: Metadata
}

/** The part of `metadata` that a manifest sets. */
export interface Metadata extends JsonObject {
  readonly name: string
}
