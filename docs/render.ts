import { runFolder } from '../manifests/render/folder.ts'
import { annotationsPage } from './pages/annotations.ts'
import { codesPage } from './pages/codes.ts'
import { flagsPage } from './pages/flags.ts'

await runFolder({
  directory: import.meta.dirname,
  files: new Map([
    ['annotations.md', annotationsPage()],
    ['codes.md', codesPage()],
    ['flags.md', flagsPage()],
  ]),
  byHand: ['render.ts'],
  command: 'npm run docs',
  what: 'Writes the reference pages in docs from the definitions of annotations, codes and flags.',
})
