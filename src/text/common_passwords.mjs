// Makes common_passwords.txt, the block list of PW3 (docs/security.md), from the npm package zxcvbn. Run by hand when the
// source changes; the list is checked in, so that a build needs neither node nor the package:
//   npm pack zxcvbn@4.4.2 && tar -xzf zxcvbn-4.4.2.tgz
//   node src/text/common_passwords.mjs package >src/text/common_passwords.txt
// SPDX-License-Identifier: MIT
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const wanted = 5000;  // far above the 3,000 that PW3 asks for, far below the list's 30,000, whose end is rare
const version = "4.4.2";
const sha256 = "8c01b70a6d7728f27e3187f7b9b09085d4df090bd8222e0f242bf369e65541b8";

const folder = resolve(process.argv[2] ?? "package");
const list = `${folder}/lib/frequency_lists.js`;
const about = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
const sum = createHash("sha256").update(readFileSync(list)).digest("hex");
if (about.name !== "zxcvbn" || about.version !== version || sum !== sha256) {
    console.error(`common_passwords.mjs: ${folder} is not zxcvbn ${version} as it was published`);
    process.exit(1);
}
const ranked = createRequire(import.meta.url)(list).passwords;  // most frequent first, lower case

// X1: what meets neither rule is refused before the list is asked.
const documented = (text) => text.length >= 6 && /[a-z]/.test(text) && /[0-9]/.test(text);
const standard = (text) => text.length >= 15;
const kept = [];
let rank = 0;
for (const text of ranked) {
    ++rank;
    if (!/^[!-~]+$/.test(text) || text !== text.toLowerCase() || text.startsWith("#")) continue;
    if (documented(text) || standard(text)) kept.push(text);
    if (kept.length === wanted) break;
}

const licence = readFileSync(`${folder}/LICENSE.txt`, "utf8").trim().split("\n");
const head = [
    "Passwords that are common, most frequent first, lower case: the block list of PW3 (docs/security.md).",
    "Made by common_passwords.mjs beside this file; do not edit.",
    "",
    `Source: npm package zxcvbn ${version}, lib/frequency_lists.js, the list "passwords": 30,000 of the most frequent of the ten`,
    "million passwords that Mark Burnett gave to the public domain in 2015, counted by the authors of zxcvbn. Taken: the first",
    `${wanted.toLocaleString("en")} that meet a password rule of this program; the last of them stands at place ${rank.toLocaleString("en")}.`,
    "Licence of the package, its data included:",
    "",
    ...licence,
];
process.stdout.write(head.map((line) => `# ${line}`.trimEnd()).concat(kept).join("\n") + "\n");
