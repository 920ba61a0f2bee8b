// Open MPI's C library, called through koffi: ten functions of MPI's standard, and the handles that Open MPI exports as variables. Calls
// wait in a thread of koffi's, so that this one goes on; one at a time, because that is what MPI_THREAD_SERIALIZED allows.
import type { Communicator } from './communicator';
import { ParallelError } from './errors';

/** The little of koffi's interface that is used here: its package is the user's to install. */
interface Koffi {
  load(path: string, options?: { global?: boolean }): Library;
}
interface Library {
  func(definition: string): ForeignFunction;
  symbol(name: string): bigint;
}
type ForeignFunction = ((...args: unknown[]) => number) & { async: (...args: unknown[]) => void };

/** The library's name by its interface, the same for Open MPI 1.11 to 5; without it where only the file for developers is there. */
const LIBRARIES = process.platform === 'darwin' ? ['libmpi.40.dylib', 'libmpi.dylib'] : ['libmpi.so.40', 'libmpi.so'];
const INSTALL = 'install Open MPI (Debian: openmpi-bin, macOS: open-mpi) on every host';

const THREAD_SERIALIZED = 2;
/** MPI_IN_PLACE: the numbers are read where the result is written. */
const IN_PLACE = 1n;
/** MPI counts in 32 bits. */
const MOST_BYTES = 2 ** 30;
const LIBRARY_VERSION_BYTES = 8192;

/** Open MPI's parameter of that name. */
const YIELD = 'OMPI_MCA_mpi_yield_when_idle';

/** Variables that say by whom a process was started. */
const STARTED_BY_OPEN_MPI = ['OMPI_COMM_WORLD_SIZE', 'PMIX_RANK'];
const STARTED_BY_OTHERS: Record<string, string> = {
  MPI_LOCALNRANKS: 'MPICH or Intel MPI',
  PMI_SIZE: 'MPICH or Intel MPI',
  MV2_COMM_WORLD_SIZE: 'MVAPICH2',
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Was this process started as one of several, by some MPI's `mpirun`?
 * @throws ParallelError `mpi-other` where it was not Open MPI's
 */
export function isStartedByMpi(environment: Environment = process.env): boolean {
  if (environment.OMPI_COMM_WORLD_SIZE !== undefined) return environment.OMPI_COMM_WORLD_SIZE !== '1';
  if (STARTED_BY_OPEN_MPI.some((name) => environment[name] !== undefined)) return true;
  const other = Object.keys(STARTED_BY_OTHERS).find((name) => environment[name] !== undefined);
  if (other === undefined || environment[other] === '1') return false;
  throw new ParallelError(
    'mpi-other',
    `this process was started by ${STARTED_BY_OTHERS[other]}, distributed training needs Open MPI; start it with Open MPI's mpirun (Debian: mpirun.openmpi)`,
  );
}

/** @throws ParallelError `koffi-missing`, `mpi-missing`, `mpi-other`: what to install */
export async function connectOpenMpi(): Promise<Communicator> {
  return OpenMpi.start(loadLibrary(await loadKoffi()));
}

/** @param name of the package; not a literal, so that neither the type checker nor a bundler asks for it */
export async function loadKoffi(name: string = 'koffi'): Promise<Koffi> {
  try {
    const loaded = (await import(name)) as Koffi & { default?: Koffi };
    return loaded.default ?? loaded;
  } catch (error) {
    throw new ParallelError(
      'koffi-missing',
      `distributed training calls Open MPI through the package ${name}, which cannot be loaded (${(error as Error).message.split('\n')[0]}); \`npm install koffi\``,
      { cause: error },
    );
  }
}

/** @throws ParallelError where there is none, or it is another MPI */
export function loadLibrary(koffi: Koffi, names: readonly string[] = LIBRARIES): Library {
  let failure: unknown;
  for (const name of names) {
    let library: Library;
    try {
      // Open MPI loads its parts by itself, and they look for its names among those that are global.
      library = koffi.load(name, { global: true });
    } catch (error) {
      failure ??= error;
      continue;
    }
    const text = Buffer.alloc(LIBRARY_VERSION_BYTES);
    const length = [0];
    library.func('int MPI_Get_library_version(_Out_ char *version, _Out_ int *length)')(text, length);
    const version = text.toString('utf8', 0, length[0]).split(/[\n,]/)[0];
    if (version.startsWith('Open MPI')) return library;
    throw new ParallelError('mpi-other', `${name} is ${version}, distributed training needs Open MPI; ${INSTALL}`);
  }
  throw new ParallelError(
    'mpi-missing',
    `Open MPI's library cannot be loaded (${(failure as Error).message.split('\n')[0]}); ${INSTALL}`,
    { cause: failure },
  );
}

class OpenMpi implements Communicator {
  readonly rank: number;
  readonly size: number;
  readonly name = 'Open MPI';
  private readonly functions: Readonly<Record<FunctionName, ForeignFunction>>;
  private readonly world: bigint;
  private readonly types: Readonly<Record<'double' | 'byte', bigint>>;
  private readonly operators: Readonly<Record<'sum' | 'max', bigint>>;
  private last: Promise<unknown> = Promise.resolve();

  static start(library: Library): OpenMpi {
    // A rank that waits gives the processor to others meanwhile: batches are made, and on a shared machine there is always someone.
    process.env[YIELD] ??= '1';
    return new OpenMpi(library);
  }

  private constructor(library: Library) {
    this.functions = Object.fromEntries(
      Object.entries(DEFINITIONS).map(([name, definition]) => [name, library.func(definition)]),
    ) as Record<FunctionName, ForeignFunction>;
    const handle = (name: string) => library.symbol(`ompi_mpi_${name}`);
    this.world = handle('comm_world');
    this.types = { double: handle('double'), byte: handle('byte') };
    this.operators = { sum: handle('op_sum'), max: handle('op_max') };
    const provided = [0];
    check('MPI_Init_thread', this.functions.init(null, null, THREAD_SERIALIZED, provided));
    if (provided[0] < THREAD_SERIALIZED)
      throw new ParallelError('mpi', 'this Open MPI was built without threads; install one with MPI_THREAD_SERIALIZED');
    const [rank, size] = [[0], [0]];
    check('MPI_Comm_rank', this.functions.rank(this.world, rank));
    check('MPI_Comm_size', this.functions.size(this.world, size));
    [this.rank, this.size] = [rank[0], size[0]];
  }

  sum(values: Float64Array): Promise<void> {
    return this.reduce(values, 'sum');
  }

  max(values: Float64Array): Promise<void> {
    return this.reduce(values, 'max');
  }

  async gather(bytes: Uint8Array): Promise<Uint8Array> {
    const all = new Uint8Array(bytes.length * this.size);
    await this.gatherInto(bytes, all);
    return all;
  }

  async gatherInto(bytes: Uint8Array, all: Uint8Array): Promise<void> {
    const { byte } = this.types;
    await this.call('gather', bytes, bytes.length, byte, all, bytes.length, byte, this.world);
  }

  async exchange(bytes: Uint8Array, into: Uint8Array): Promise<void> {
    const part = bytes.length / this.size;
    const { byte } = this.types;
    await this.call('exchange', bytes, part, byte, into, part, byte, this.world);
  }

  async broadcast(bytes: Uint8Array): Promise<void> {
    for (let from = 0; from < bytes.length; from += MOST_BYTES) {
      const part = bytes.subarray(from, from + MOST_BYTES);
      await this.call('broadcast', part, part.length, this.types.byte, 0, this.world);
    }
  }

  abort(exitCode: number): never {
    this.functions.abort(this.world, exitCode);
    process.exit(exitCode);
  }

  close(): void {
    check('MPI_Finalize', this.functions.finalize());
    // When Node ends by itself, koffi unloads the library, and what Open MPI still has to do at the end crashes where ranks are on several
    // hosts. Ending by call unloads nothing.
    process.once('beforeExit', (code) => process.exit(code));
  }

  private async reduce(values: Float64Array, operator: 'sum' | 'max'): Promise<void> {
    const { double } = this.types;
    await this.call('reduce', IN_PLACE, values, values.length, double, this.operators[operator], this.world);
  }

  /** In a thread of koffi's, when the calls before it are done. The arrays stay where they are: their memory is not the collector's to move. */
  private call(name: FunctionName, ...args: unknown[]): Promise<void> {
    const called = this.last.then(
      () =>
        new Promise<void>((resolve, reject) => {
          this.functions[name].async(...args, (error: Error | null, code: number) => {
            try {
              if (error) throw error;
              check(DEFINITIONS[name].split(/[ (]/)[1], code);
              resolve();
            } catch (failure) {
              reject(failure as Error);
            }
          });
        }),
    );
    this.last = called.catch(() => undefined);
    return called;
  }
}

const DEFINITIONS = {
  init: 'int MPI_Init_thread(int *argc, void *argv, int required, _Out_ int *provided)',
  rank: 'int MPI_Comm_rank(void *comm, _Out_ int *rank)',
  size: 'int MPI_Comm_size(void *comm, _Out_ int *size)',
  reduce: 'int MPI_Allreduce(void *send, void *receive, int count, void *type, void *operator, void *comm)',
  gather:
    'int MPI_Allgather(void *send, int sendCount, void *sendType, void *receive, int receiveCount, void *receiveType, void *comm)',
  exchange:
    'int MPI_Alltoall(void *send, int sendCount, void *sendType, void *receive, int receiveCount, void *receiveType, void *comm)',
  broadcast: 'int MPI_Bcast(void *buffer, int count, void *type, int root, void *comm)',
  abort: 'int MPI_Abort(void *comm, int code)',
  finalize: 'int MPI_Finalize()',
} as const;
type FunctionName = keyof typeof DEFINITIONS;

function check(name: string, code: number): void {
  if (code !== 0) throw new ParallelError('mpi', `${name} failed with Open MPI's code ${code}`);
}
