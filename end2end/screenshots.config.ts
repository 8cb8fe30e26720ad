import { defineConfig } from '@playwright/test';

import journeys from './playwright.config';

const { projects: _sizesOfJourneys, ...shared } = journeys;

export default defineConfig({ ...shared, testDir: '.', testMatch: 'screenshots.ts' });
