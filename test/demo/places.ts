/** Namespace and Ingress of the story. */
export const namespace = 'echoserver'
export const ingress = 'echoserver'
/** Namespace of somebody else's application. */
export const bystander = 'bystander'
export const host = 'echoserver.example.com'

/** Folders, from the repository's. */
export const examples = 'manifests/examples/echoserver'
export const manifests = 'test/demo/manifests'

/** Node ports of the two Services. */
export const nodePorts = { echoserver: 31509, reports: 31510 } as const
