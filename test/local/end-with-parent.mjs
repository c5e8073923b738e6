// Loaded before an entry by bootstrap.mjs: ends this process, as SIGTERM does, when the bootstrap that holds the other
// end of descriptor 3 is gone, however it ended.

import { Socket } from 'node:net'

const parent = new Socket({ fd: 3, readable: true, writable: false })
parent.on('close', () => process.kill(process.pid, 'SIGTERM'))
parent.resume()
parent.unref()
