import { BOOT_TOOLS } from '../boot/machine.js';
import { KERNEL_TOOLS, SOURCE_TOOL } from '../build/kernel-tools.js';
import type { Tool } from '../tools.js';

/** All that a kernel, an emulator and a guest are built and booted with. */
export const DEMO_TOOLS: readonly Tool[] = [...KERNEL_TOOLS, SOURCE_TOOL, ...BOOT_TOOLS];
