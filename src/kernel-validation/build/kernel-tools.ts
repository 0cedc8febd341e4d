import { header, program, type Tool } from '../tools.js';

/** What building a kernel needs. */
export const KERNEL_TOOLS: readonly Tool[] = [
  program('make'),
  program('gcc'),
  program('binutils', 'ld'),
  header('libc6-dev', 'stdlib.h'),
  program('flex'),
  program('bison'),
  program('bc'),
  program('perl'),
  program('xz-utils', 'xz'),
  program('lz4', 'lz4c'),
  program('cpio'),
  program('kmod', 'depmod'),
  program('util-linux', 'flock'),
  header('libelf-dev', 'gelf.h'),
  header('libssl-dev', 'openssl/ssl.h'),
];

/** What making Debian packages of it needs too. */
export const PACKAGE_TOOLS: readonly Tool[] = [
  program('dpkg-dev', 'dpkg-buildpackage'),
  program('rsync'),
  program('fakeroot'),
  program('gzip'),
];

/** Debian's package of the kernel's source, and the file that it installs. */
export const SOURCE_PACKAGE = 'linux-source-6.1';
export const SOURCE_TARBALL = '/usr/src/linux-source-6.1.tar.xz';
export const SOURCE_TOOL: Tool = { package: SOURCE_PACKAGE, oneOf: [SOURCE_TARBALL] };

/** Debian's package of its own kernels' configurations, and that of the usual one. */
export const CONFIG_PACKAGE = 'linux-config-6.1';
export const DISTRO_CONFIG = '/usr/src/linux-config-6.1/config.amd64_none_amd64.xz';
export const CONFIG_TOOL: Tool = { package: CONFIG_PACKAGE, oneOf: [DISTRO_CONFIG] };
