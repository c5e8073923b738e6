import { createHash } from 'node:crypto'
import { readCertificate } from '../certificates/read-pem.ts'
import type { ServerCertificate } from '../certificates/store.ts'
import { type Answer, errorAnswer } from '../errors.ts'
import { list, text } from '../request.ts'
import { serverCertificateNotFound } from '../rows/iam.ts'
import { renderXml, type XmlRecord } from '../xml.ts'
import { type Handler, type HandlerContext, page } from './answer.ts'

/** Server certificates of IAM. */
export const iamAnswers: Readonly<Record<string, Handler>> = {
  UploadServerCertificate: async (context) => {
    const { input } = context.request
    const name = text(input, 'ServerCertificateName') ?? ''
    const path = text(input, 'Path') ?? '/'
    const certificate = text(input, 'CertificateBody') ?? ''
    const chain = text(input, 'CertificateChain')
    const content = readCertificate(certificate)
    if (content === undefined) throw new Error('no certificate is in what was sent')
    const digits = createHash('sha256').update(context.own.certificates.nextId()).digest('hex').toUpperCase()
    const uploaded: ServerCertificate = {
      arn: `arn:aws:iam::${context.accountId}:server-certificate${path}${name}`,
      id: `ASCA${digits.slice(0, 17)}`,
      name,
      path,
      content,
      pem: { certificate, ...(chain === undefined ? {} : { chain }) },
      uploadedAt: Date.now(),
      tags: new Map(list(input, 'Tags').map((tag) => [text(tag, 'Key') ?? '', text(tag, 'Value') ?? ''])),
    }
    context.own.certificates.iam.set(name, uploaded)
    return iamAnswer(context, { ServerCertificateMetadata: metadata(uploaded), Tags: tagList(uploaded) })
  },
  GetServerCertificate: (context) =>
    found(context, (certificate) => ({
      ServerCertificate: {
        ServerCertificateMetadata: metadata(certificate),
        CertificateBody: certificate.pem.certificate,
        ...(certificate.pem.chain === undefined ? {} : { CertificateChain: certificate.pem.chain }),
        Tags: tagList(certificate),
      },
    })),
  ListServerCertificates: async (context) => {
    const { input } = context.request
    const prefix = text(input, 'PathPrefix') ?? '/'
    const wanted = [...context.own.certificates.iam.values()].filter(({ path }) => path.startsWith(prefix))
    const { items, next } = page(wanted, {
      token: text(input, 'Marker'),
      size: Number(text(input, 'MaxItems') ?? 100),
      forced: context.settings.pageSize,
    })
    return iamAnswer(context, {
      ServerCertificateMetadataList: items.map(metadata),
      IsTruncated: String(next !== undefined),
      ...(next === undefined ? {} : { Marker: next }),
    })
  },
  DeleteServerCertificate: (context) =>
    found(context, ({ name }) => {
      context.own.certificates.iam.delete(name)
      return undefined
    }),
}

async function found(
  context: HandlerContext,
  answer: (certificate: ServerCertificate) => XmlRecord | undefined,
): Promise<Answer> {
  const name = text(context.request.input, 'ServerCertificateName') ?? ''
  const certificate = context.own.certificates.iam.get(name)
  if (certificate === undefined) return errorAnswer('iam', serverCertificateNotFound(name), context.requestId)
  return iamAnswer(context, answer(certificate))
}

function metadata({ name, path, arn, id, uploadedAt, content }: ServerCertificate): XmlRecord {
  return {
    ServerCertificateName: name,
    Path: path,
    Arn: arn,
    ServerCertificateId: id,
    UploadDate: new Date(uploadedAt).toISOString(),
    Expiration: new Date(content.notAfter).toISOString(),
  }
}

function tagList({ tags }: ServerCertificate): readonly XmlRecord[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }))
}

function iamAnswer(context: HandlerContext, result: XmlRecord | undefined): Answer {
  const { action } = context.request
  const value = {
    ...(result === undefined ? {} : { [`${action}Result`]: result }),
    ResponseMetadata: { RequestId: context.requestId },
  }
  const attributes = ' xmlns="https://iam.amazonaws.com/doc/2010-05-08/"'
  const body = renderXml({ root: `${action}Response`, attributes, value }, 'member')
  return { status: 200, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': context.requestId }, body }
}
