// Runs every gate, whatever failed before, and sums up at the end. `npm run check -- lint format`
// runs only those. A gate's output is shown when it fails; the tests' always.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { changesetBase } from './changeset-base.mjs'
import { whyNoNode22 } from './node-22.mjs'
import { codeEntries, isRequirable, listPublicWorkspaces, root } from './workspaces.mjs'

/** @typedef {{ command: string[], shown?: boolean }} Step */
/** @typedef {{ name: string, needs?: string, obstacle?: string | undefined, steps: () => Step[] }} Gate */
/** @typedef {{ name: string, outcome: 'passed' | 'failed' | 'not run', seconds: number }} Result */

/** The gates whose tests are counted, and where vitest writes what became of them. */
const testReports = new Map(
  ['test', 'node-22'].map((name) => [
    name,
    join(root, `node_modules/.cache/wiretape/${name}.json`),
  ]),
)

/** @type {Gate[]} */
const gates = [
  { name: 'build', steps: () => [script('build')] },
  { name: 'typecheck', steps: () => [script('typecheck')] },
  { name: 'test', steps: () => [testStep('test', 'test')] },
  { name: 'node-22', obstacle: process.env['CI'] ? undefined : whyNoNode22(), steps: node22Steps },
  { name: 'lint', steps: () => [script('lint')] },
  { name: 'format', steps: () => [script('format:check')] },
  { name: 'knip', steps: knipSteps },
  { name: 'publint', needs: 'build', steps: publintSteps },
  { name: 'attw', needs: 'build', steps: attwSteps },
  { name: 'size-limit', needs: 'build', steps: () => [tool('size-limit')] },
  { name: 'changeset', steps: changesetSteps },
  { name: 'smoke', needs: 'build', steps: () => [{ command: ['node', '.ci/smoke.mjs'] }] },
]

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !gates.some((gate) => gate.name === name))
if (unknown.length > 0) {
  console.error(
    `No such gate: ${unknown.join(', ')}. Gates: ${gates.map(({ name }) => name).join(', ')}.`,
  )
  process.exit(1)
}
for (const report of testReports.values()) {
  rmSync(report, { force: true })
  mkdirSync(dirname(report), { recursive: true })
}

/** @type {Result[]} */
const results = []
for (const gate of gates) {
  if (wanted.length === 0 || wanted.includes(gate.name)) results.push(runGate(gate))
}
printSummary()

/** @type {(gate: Gate) => Result} */
function runGate({ name, needs, obstacle, steps }) {
  const isBlocked = results.some(
    ({ name: other, outcome }) => other === needs && outcome !== 'passed',
  )
  const reason = isBlocked ? `${needs} failed` : obstacle
  if (reason !== undefined) {
    console.log(`· ${name}: not run, as ${reason}`)
    return { name, outcome: 'not run', seconds: 0 }
  }
  const start = performance.now()
  const failed = steps().filter((step) => !runStep(step))
  const seconds = (performance.now() - start) / 1000
  const outcome = failed.length > 0 ? 'failed' : 'passed'
  console.log(`${outcome === 'passed' ? '✓' : '✗'} ${name} (${seconds.toFixed(1)} s)`)
  return { name, outcome, seconds }
}

/** @type {(step: Step) => boolean} */
function runStep({ command: [program = 'node', ...args], shown = false }) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    stdio: ['ignore', shown ? 'inherit' : 'pipe', shown ? 'inherit' : 'pipe'],
    shell: process.platform === 'win32',
  })
  if (status === 0) return true
  console.log(`\n$ ${program} ${args.join(' ')}`)
  console.log([stdout, stderr, error?.message].filter(Boolean).join('\n'))
  return false
}

/** @type {(name: string) => Step} */
function script(name) {
  return { command: ['npm', 'run', '--silent', name] }
}

/** @type {(name: string, ...args: string[]) => Step} */
function tool(name, ...args) {
  return { command: [join('node_modules/.bin', name), ...args] }
}

/** @type {(gate: string, name: string) => Step} */
function testStep(gate, name) {
  const report = `--outputFile.json=${testReports.get(gate)}`
  const reporters = ['--reporter=default', '--reporter=json', report]
  return { command: ['npm', 'run', '--silent', name, '--', ...reporters], shown: true }
}

/** The types of the newer clients are there once the tests have run. */
function node22Steps() {
  return [testStep('node-22', 'test:node-22'), tool('tsc', '-p', '.ci/node-22')]
}

/** The second run sees what is published: a package must list all that its sources import. */
function knipSteps() {
  const packages = listPublicWorkspaces().map(({ directory }) => `--workspace=${directory}`)
  const published = ['--production', '--strict', '--include=files,unlisted,unresolved']
  return [[], [...published, ...packages]].map((flags) =>
    tool('knip', '--no-config-hints', ...flags),
  )
}

function publintSteps() {
  return listPublicWorkspaces().map(({ directory }) =>
    tool('publint', 'run', directory, '--strict'),
  )
}

/** Resolvers from before exports maps are not asked: they find the root entry only. */
function attwSteps() {
  return listPublicWorkspaces()
    .filter(({ manifest }) => codeEntries(manifest).length > 0)
    .map(({ directory, manifest }) => {
      const profile = isRequirable(manifest) ? 'node16' : 'esm-only'
      return tool('attw', '--pack', directory, '--profile', profile)
    })
}

/** Without git, as in an unpacked archive, nothing tells what has changed. */
function changesetSteps() {
  const base = changesetBase()
  return base === undefined ? [] : [tool('changeset', 'status', '--since', base)]
}

/** @type {(gate: string) => { passed: number, failed: number, skipped: number }} */
function readTestCounts(gate) {
  const path = testReports.get(gate)
  if (path === undefined || !existsSync(path)) return { passed: 0, failed: 0, skipped: 0 }
  const report = JSON.parse(readFileSync(path, 'utf8'))
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/** The last line sums up tests and gates; where tests failed, their gate is counted by them. */
function printSummary() {
  let [passed, failed, skipped] = [0, 0, 0]
  for (const { name, outcome } of results) {
    const tests = readTestCounts(name)
    passed += tests.passed
    skipped += tests.skipped
    failed += outcome === 'failed' ? Math.max(tests.failed, 1) : 0
  }

  console.log('\nGates')
  for (const { name, outcome, seconds } of results) {
    console.log(`  ${name.padEnd(12)}${outcome.padEnd(10)}${seconds.toFixed(1).padStart(6)} s`)
  }
  console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  process.exitCode = failed > 0 ? 1 : 0
}
