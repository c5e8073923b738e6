import { join } from 'node:path'
import { allFiles } from './files.ts'
import { runFolder } from './folder.ts'
import { values } from './values.ts'

await runFolder({
  directory: join(import.meta.dirname, '..'),
  files: allFiles(values),
  command: 'npm run render',
  what: 'Writes the kustomize base, its components and the IAM policies from the values in manifests/render/values.ts.',
})
