import pg from 'pg'
import { openDatabase } from '../src/database.ts'
import { createOutboxWorker } from '../src/outbox/worker.ts'

// A process of its own that works the outbox of a database until it is stopped: `node outbox-node.ts <url> <name> [<messages>]`; after so
// many messages the other side keeps it waiting. What it hands over it writes down at once, outside the transaction of the outbox, as a
// mail server would: that cannot be taken back.
const [url = '', name = '', most = 'Infinity'] = process.argv.slice(2)
let told = 0
const handle = openDatabase(url)
const heard = new pg.Client({ connectionString: url })
await heard.connect()
createOutboxWorker(handle.db, {
  greet: async ({ i }) => {
    if (++told > Number(most)) await new Promise(() => {})
    await new Promise((done) => setTimeout(done, 2 + Math.random() * 6))
    await heard.query('insert into heard (i, node) values ($1, $2)', [i, name])
  },
}).start()
