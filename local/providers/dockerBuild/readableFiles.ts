import { readdirSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";

/** An instruction that copies files of the build context into the image. */
interface Copy {
  readonly sources: readonly string[];
  readonly destination: string;
  /** Owner of the files in the image; a copy is root's unless the instruction says otherwise. */
  readonly owner: string;
  /** Permissions that the instruction sets; undefined where those of this machine's files stay. */
  readonly mode: number | undefined;
}

/** Files of the program that the container's user cannot read, which would fail the container's start with EACCES. */
export function unreadableFiles(dockerfile: string, folder: string): string[] {
  const instructions = instructionsOf(dockerfile);
  const user = instructions
    .filter(({ name }) => name === "USER")
    .at(-1)
    ?.words[0]?.split(":")[0];
  if (user === undefined || user === "root" || user === "0") return [];
  return instructions.flatMap((instruction) =>
    copiesOf(instruction).flatMap((copy) => unreadable(copy, user, folder)),
  );
}

function unreadable(copy: Copy, user: string, folder: string): string[] {
  return copy.sources.flatMap((source) =>
    pathsBelow(folder, source)
      .filter(({ mode, isFolder }) => !mayRead(copy.mode ?? mode, copy.owner === user, isFolder))
      .map(
        ({ path, mode }) =>
          `EACCES: permission denied, open '${placeOf(path, source, copy)}': user ${user} of the image may not read ` +
          `${path}, whose mode is ${(copy.mode ?? mode).toString(8)}; copy it with --chmod=755`,
      ),
  );
}

/** Copying a folder copies its content, not the folder itself. */
const placeOf = (path: string, source: string, { destination }: Copy): string =>
  join(destination, path === source ? basename(path) : relative(source, path));

/** Read, and for a folder search, by its owner or by everyone. */
function mayRead(mode: number, isOwner: boolean, isFolder: boolean): boolean {
  const needed = isFolder ? 5 : 4;
  return ((isOwner ? mode >> 6 : mode) & needed) === needed;
}

function pathsBelow(folder: string, path: string) {
  const stats = statSync(join(folder, path), { throwIfNoEntry: false });
  if (!stats) return [];
  const isFolder = stats.isDirectory();
  const own = { path, mode: stats.mode & 0o777, isFolder };
  const inner: (typeof own)[] = isFolder
    ? readdirSync(join(folder, path)).flatMap((name) => pathsBelow(folder, join(path, name)))
    : [];
  return [own, ...inner];
}

interface Instruction {
  readonly name: string;
  readonly words: readonly string[];
}

const instructionsOf = (dockerfile: string): Instruction[] =>
  dockerfile
    .replace(/\\\r?\n/g, " ")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .map(([name = "", ...words]) => ({ name: name.toUpperCase(), words }));

/** Empty for a copy from another stage, or one whose permissions are not octal digits. */
function copiesOf({ name, words }: Instruction): Copy[] {
  if (name !== "COPY" && name !== "ADD") return [];
  const option = (wanted: string) =>
    words.find((word) => word.startsWith(`--${wanted}=`))?.slice(wanted.length + 3);
  const chmod = option("chmod");
  if (option("from") !== undefined || (chmod !== undefined && !/^[0-7]{3,4}$/.test(chmod))) {
    return [];
  }
  const paths = words.filter((word) => !word.startsWith("--"));
  return [
    {
      sources: paths.slice(0, -1).filter((source) => !/[*?[\]"$<]|:\/\//.test(source)),
      destination: paths.at(-1) ?? "",
      owner: option("chown")?.split(":")[0] ?? "root",
      mode: chmod === undefined ? undefined : Number.parseInt(chmod, 8),
    },
  ];
}
