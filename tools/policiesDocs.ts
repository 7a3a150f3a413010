/** `npm run policies:docs`: writes docs/POLICIES.md. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { policiesDocument } from "../policy/policiesMarkdown";

writeFileSync(join(__dirname, "../docs/POLICIES.md"), policiesDocument());
