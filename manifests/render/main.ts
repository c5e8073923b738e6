import { join } from 'node:path'
import { files } from './files.ts'
import { runFolder } from './folder.ts'
import { values } from './values.ts'

await runFolder({
  directory: join(import.meta.dirname, '..', 'base'),
  files: files(values),
  command: 'npm run render',
  what: 'Writes the kustomize base manifests/base from the values in manifests/render/values.ts.',
})
