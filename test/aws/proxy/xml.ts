/**
 * The XML that the Query services of AWS speak, as plain values: an element with `member` or `item` children is a list,
 * one with other children is a record, any other is its text. An empty element is the empty text.
 */
export type Xml = string | readonly Xml[] | XmlRecord

export interface XmlRecord {
  readonly [name: string]: Xml
}

/** A document: its root element and what is in it. */
export interface XmlDocument {
  readonly root: string
  /** The root's attributes as written, with a leading blank, or nothing. */
  readonly attributes: string
  readonly value: Xml
}

interface Element {
  readonly name: string
  readonly attributes: string
  readonly children: Element[]
  text: string
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** Reads one document. Throws on text that is not XML, such as the HTML page of a crashed server. */
export function parseXml(text: string): XmlDocument {
  const holder: Element = { name: '', attributes: '', children: [], text: '' }
  const open: Element[] = [holder]
  const pattern = /<\?[^>]*\?>|<!--[\s\S]*?-->|<\/([^\s>]+)\s*>|<([^\s/>]+)((?:\s[^>]*?)?)(\/?)>|([^<]+)/g
  for (const [, closing, opening, attributes, selfClosing, characters] of text.matchAll(pattern)) {
    const parent = open[open.length - 1]
    if (parent === undefined) throw new Error('XML goes on after its end')
    if (characters !== undefined) parent.text += decode(characters)
    if (opening !== undefined) {
      const element: Element = { name: opening, attributes: attributes ?? '', children: [], text: '' }
      parent.children.push(element)
      if (selfClosing !== '/') open.push(element)
    }
    if (closing !== undefined) {
      if (parent.name !== closing) throw new Error(`XML closes ${closing} while ${parent.name} is open`)
      open.pop()
    }
  }
  const root = holder.children[0]
  if (root === undefined || open.length !== 1) throw new Error('not a complete XML document')
  return { root: root.name, attributes: root.attributes.trimEnd(), value: valueOf(root) }
}

function valueOf(element: Element): Xml {
  const { children } = element
  if (children.length === 0) return element.text
  if (children.every((child) => child.name === 'member' || child.name === 'item')) return children.map(valueOf)
  return Object.fromEntries(children.map((child) => [child.name, valueOf(child)]))
}

/** Writes a document; `listItem` is the name of a list's elements: `member` for most services, `item` for EC2. */
export function renderXml(document: XmlDocument, listItem: 'member' | 'item'): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${document.root}${document.attributes}>${render(document.value, listItem)}</${document.root}>`
}

function render(value: Xml, listItem: string): string {
  if (typeof value === 'string') return encode(value)
  if (isList(value)) return value.map((item) => `<${listItem}>${render(item, listItem)}</${listItem}>`).join('')
  return Object.entries(value)
    .map(([name, item]) => `<${name}>${render(item, listItem)}</${name}>`)
    .join('')
}

function decode(text: string): string {
  return text.replaceAll(/&(#x?[0-9a-fA-F]+|\w+);/g, (whole, name: string) => {
    if (name.startsWith('#x')) return String.fromCodePoint(Number.parseInt(name.slice(2), 16))
    if (name.startsWith('#')) return String.fromCodePoint(Number.parseInt(name.slice(1), 10))
    return entities[name] ?? whole
  })
}

/** Text made safe for the content of an element. */
export function encode(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function isList(value: Xml): value is readonly Xml[] {
  return Array.isArray(value)
}

/** The value at a path of element names, or nothing. */
export function at(value: Xml | undefined, ...path: readonly string[]): Xml | undefined {
  let current = value
  for (const name of path) {
    if (current === undefined || typeof current === 'string' || isList(current)) return undefined
    current = current[name]
  }
  return current
}

/** The text at a path, or nothing when there is none or it is no text. */
export function textAt(value: Xml | undefined, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path)
  return typeof found === 'string' ? found : undefined
}

/** The list at a path; an absent or empty element is an empty list. */
export function listAt(value: Xml | undefined, ...path: readonly string[]): readonly Xml[] {
  const found = at(value, ...path)
  return found !== undefined && isList(found) ? found : []
}

/** The record at a path; an absent or empty element is an empty record. */
export function recordAt(value: Xml | undefined, ...path: readonly string[]): XmlRecord {
  const found = at(value, ...path)
  return found === undefined || typeof found === 'string' || isList(found) ? {} : found
}
