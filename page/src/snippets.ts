/** What was just done, as a program: the key is never in it. */

import { address, key } from "./api";
import type { State } from "./state";

/** A word of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

export function curl(state: State): string {
  const auth = key() ? ` -H "Authorization: Bearer $ALLEARS_API_KEY"` : "";
  const commands = state.commands ? " -F 'commands=<commands.yaml'" : "";
  const lines = [`curl${auth} -F ${quoted(`file=@${state.file.name}`)}${commands} ${address("v1/analyze")}`];
  if (state.who) lines.push(`curl${auth} -F ${quoted(`file=@${state.file.name}`)} ${address("v1/audio/diarization")}`);
  return `${lines.join("\n")}\n`;
}

export function python(state: State): string {
  const auth = key() ? `, headers={"Authorization": f"Bearer {os.environ['ALLEARS_API_KEY']}"}` : "";
  const data = state.commands ? `, data={"commands": open("commands.yaml", encoding="utf-8").read()}` : "";
  const name = JSON.stringify(state.file.name);
  return `${key() ? "import os\n\n" : ""}import httpx

with httpx.Client(base_url=${JSON.stringify(address(""))}, timeout=None${auth}) as server:
    with open(${name}, "rb") as file:
        heard = server.post("v1/analyze", files={"file": file}${data}).raise_for_status().json()
    print(heard["text"], heard["language"], heard["answers"])${
      state.who
        ? `
    with open(${name}, "rb") as file:
        spoken = server.post("v1/audio/diarization", files={"file": file}).raise_for_status().json()
    for part in spoken["segments"]:
        print(part["start"], part["end"], part["speaker"])`
        : ""
    }
`;
}
