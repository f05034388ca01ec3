/** All families, in a fixed order. */
import { filesFamilies } from './families-files.ts';
import { geometryFamilies } from './families-geometry.ts';
import { healthFamilies } from './families-health.ts';
import { homeFamilies } from './families-home.ts';
import { leisureFamilies } from './families-leisure.ts';
import { messagesFamilies } from './families-messages.ts';
import { ordersFamilies } from './families-orders.ts';
import { scienceFamilies } from './families-science.ts';
import { simpleFamilies } from './families-simple.ts';
import { statisticsFamilies } from './families-statistics.ts';
import { travelFamilies } from './families-travel.ts';
import type { Family } from './family.ts';

export const families: readonly Family[] = [
  ...homeFamilies,
  ...healthFamilies,
  ...geometryFamilies,
  ...statisticsFamilies,
  ...scienceFamilies,
  ...messagesFamilies,
  ...filesFamilies,
  ...travelFamilies,
  ...leisureFamilies,
  ...ordersFamilies,
  ...simpleFamilies,
];
