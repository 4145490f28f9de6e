// Runs every gate, whatever failed before, and sums up at the end. `npm run check -- lint format`
// runs only those. A gate's output is shown when it fails; the tests' always.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { changesetBase } from './changeset-base.mjs'
import { codeEntries, isRequirable, listPublicWorkspaces, root } from './workspaces.mjs'

/** @typedef {{ command: string[], shown?: boolean }} Step */
/** @typedef {{ name: string, needs?: string, steps: () => Step[] }} Gate */
/** @typedef {{ name: string, outcome: 'passed' | 'failed' | 'not run', seconds: number }} Result */

const testReport = join(root, 'node_modules/.cache/wiretape/vitest.json')

/** @type {Gate[]} */
const gates = [
  { name: 'build', steps: () => [script('build')] },
  { name: 'typecheck', steps: () => [script('typecheck')] },
  { name: 'test', steps: () => [testStep()] },
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
rmSync(testReport, { force: true })
mkdirSync(dirname(testReport), { recursive: true })

/** @type {Result[]} */
const results = []
for (const gate of gates) {
  if (wanted.length === 0 || wanted.includes(gate.name)) results.push(runGate(gate))
}
printSummary()

/** @type {(gate: Gate) => Result} */
function runGate({ name, needs, steps }) {
  if (results.some((result) => result.name === needs && result.outcome !== 'passed')) {
    console.log(`· ${name}: not run, as ${needs} failed`)
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

/** @returns {Step} */
function testStep() {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${testReport}`]
  return { command: ['npm', 'test', '--silent', '--', ...reporters], shown: true }
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

function readTestCounts() {
  if (!existsSync(testReport)) return { passed: 0, failed: 0, skipped: 0 }
  const report = JSON.parse(readFileSync(testReport, 'utf8'))
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/** The last line sums up tests and gates; where tests failed, their gate is counted by them. */
function printSummary() {
  const tests = readTestCounts()
  const isCounted = (/** @type {Result} */ { name }) => name !== 'test' || tests.failed === 0
  const gatesFailed = results.filter((result) => result.outcome === 'failed' && isCounted(result))
  const failed = tests.failed + gatesFailed.length

  console.log('\nGates')
  for (const { name, outcome, seconds } of results) {
    console.log(`  ${name.padEnd(12)}${outcome.padEnd(10)}${seconds.toFixed(1).padStart(6)} s`)
  }
  const skipped = tests.skipped > 0 ? `, ${tests.skipped} skipped` : ''
  console.log(`\n${tests.passed} passed, ${failed} failed${skipped}`)
  process.exitCode = failed > 0 ? 1 : 0
}
