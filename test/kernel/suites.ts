// All suites in one process, since starting one takes seconds where the processor is emulated.
import "./one-wire.test.ts";
import "./i2c-stub.test.ts";
import "./i2c-emulated.test.ts";
import "./kernel-drivers.test.ts";
import "./detect.test.ts";
import "./permissions.test.ts";
import "./gpio-chardev.test.ts";
import "./gpio-sysfs.test.ts";
