// The one entry of every `npm run …`: works on any Node ≥ 20, installs what the lock file asks for when it is missing,
// and hands over to the Node 24 that npm installed. Plain JavaScript, because it runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(root, 'node_modules')
const stamp = join(modules, '.paume-installed')
const windows = process.platform === 'win32'

/** What each command runs, relative to the root. */
const COMMANDS = {
  start: 'scripts/start.ts',
  test: 'scripts/test.ts',
  demo: 'scripts/demo.ts',
  evaluate: 'evaluation/src/main.ts',
  calibrate: 'scripts/calibrate.ts',
  explain: 'scripts/explain.ts',
  bench: 'scripts/bench.ts',
  chaos: 'scripts/chaos.ts',
  check: 'scripts/check.ts',
}

function fail(sentence) {
  process.stderr.write(`paume: ${sentence}\n`)
  process.exit(1)
}

const lockHash = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
const node24 = () => join(modules, 'node', 'bin', windows ? 'node.exe' : 'node')
const installed = () => existsSync(stamp) && existsSync(node24()) && readFileSync(stamp, 'utf8') === lockHash()

function install() {
  process.stderr.write('paume: installing (once; about a minute)…\n')
  // stdout goes to stderr: a command's own stdout may be JSON that a program reads.
  const npm = process.env.npm_execpath
  const words = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
  const result = npm
    ? spawnSync(process.execPath, [npm, ...words], { cwd: root, stdio: ['ignore', 2, 2] })
    : spawnSync('npm', words, { cwd: root, stdio: ['ignore', 2, 2], shell: windows })
  if (result.error) fail(`npm could not be run: ${result.error.message}`)
  if (result.status !== 0) fail(`npm ci failed with exit status ${result.status}; its reason stands above.`)
  if (!existsSync(node24())) fail('npm installed no Node 24 (package "node"); is `ignore-scripts` set in an .npmrc?')
  writeFileSync(stamp, lockHash())
}

if (Number(process.versions.node.split('.')[0]) < 20) fail(`Node 20 or newer is needed; this is ${process.version}.`)
const [command, ...words] = process.argv.slice(2)
if (!Object.hasOwn(COMMANDS, command ?? '')) fail(`unknown command; one of ${Object.keys(COMMANDS).join(', ')}.`)
if (!installed()) install()

const child = spawn(node24(), ['--disable-warning=ExperimentalWarning', join(root, COMMANDS[command]), ...words], {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${join(modules, '.bin')}${windows ? ';' : ':'}${process.env.PATH ?? ''}` },
})
// Ctrl-C reaches the child by the terminal; this process only waits for it. Other signals are passed on.
process.on('SIGINT', () => {})
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('error', (error) => fail(`Node 24 could not be started: ${error.message}`))
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1)
})
