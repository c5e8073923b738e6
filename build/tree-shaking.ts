import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

/**
 * What packages do not tell esbuild, so that a bundle holds only what the product uses of them. Together these take a
 * third of the memory of a process away.
 */
export const treeShaking: readonly Plugin[] = [
  {
    // The package does not say that its modules only define things: every model of Kubernetes would come along.
    name: 'client-node-without-side-effects',
    setup: (esbuild) => {
      esbuild.onResolve({ filter: /./ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
        const concerned = path === '@kubernetes/client-node' || importer.includes('/@kubernetes/client-node/')
        if (!concerned || pluginData === resolving) return undefined
        const resolved = await esbuild.resolve(path, { kind, importer, resolveDir, pluginData: resolving })
        return { ...resolved, sideEffects: false }
      })
    },
  },
  {
    // Tables of all shapes of a service, with computed keys: to esbuild, each might have an effect. None has.
    name: 'aws-schemas-without-side-effects',
    setup: (esbuild) => {
      esbuild.onLoad({ filter: /\/@aws-sdk\/.*\/schemas_0\.js$/ }, async ({ path }) => ({
        contents: (await readFile(path, 'utf8')).replaceAll(table, '$1/* @__PURE__ */ (() => $2)();'),
      }))
    },
  },
  {
    // An operation of AWS that a process never calls is left out: what is in a bundle is what its IAM policy must allow.
    name: 'operations-without-side-effects',
    setup: (esbuild) => {
      esbuild.onLoad({ filter: /\/shared\/aws\/[^/]*\.ts$/ }, async ({ path }) => ({
        contents: (await readFile(path, 'utf8')).replaceAll(
          /^(export const \w+ = )(?=operation\()/gm,
          '$1/* @__PURE__ */ ',
        ),
        loader: 'ts',
      }))
    },
  },
]

/** Marks the resolution that a plugin itself asked for. */
const resolving = Symbol('resolving')

/** A statement that gives a variable a list, or an object, without statements inside. */
const table = /^((?:export )?(?:var|const) \w+\$? = )([[{][^;]*[\]}]);$/gm
