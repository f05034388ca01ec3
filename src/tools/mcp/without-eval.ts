/**
 * Tells Zod, which the MCP client checks messages with, not to generate code: trying to is a violation of the page's
 * policy, even where Zod then does without. Has to be imported before the client.
 */
import { config } from 'zod/v4/core';

config({ jitless: true });
