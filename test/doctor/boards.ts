/** Groups of the trees below, as Raspberry Pi OS has them. */
export const groupIds = { gpio: 986, i2c: 988 } as const;

const accounts = {
  "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\npi:x:1000:1000:,,,:/home/pi:/bin/bash\n",
  "/etc/group": "root:x:0:\ngpio:x:986:pi\ni2c:x:988:pi\npi:x:1000:\n",
};

const gpioChip = (number: number, label: string, base: number, lines: number) => ({
  [`/sys/class/gpio/gpiochip${number}/label`]: `${label}\n`,
  [`/sys/class/gpio/gpiochip${number}/base`]: `${base}\n`,
  [`/sys/class/gpio/gpiochip${number}/ngpio`]: `${lines}\n`,
});

const bus = (number: number, name: string) => ({
  [`/dev/i2c-${number}`]: "",
  [`/sys/devices/platform/soc/i2c-${number}/name`]: `${name}\n`,
});

const raspberryPi = (model: string) => ({
  ...accounts,
  // The device tree ends its texts with a zero byte.
  "/proc/device-tree/model": `${model}\0`,
  "/proc/sys/kernel/osrelease": "6.12.47+rpt-rpi-v8\n",
  "/etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nID=debian\n',
  "/usr/bin/raspi-config": "",
  "/boot/firmware/config.txt": "dtparam=i2c_arm=on\n",
  "/sys/class/gpio/export": "",
  "/dev/gpiochip0": "",
});

/** Device files and their rights by 99-com.rules of Raspberry Pi OS. */
export const piPermissions = {
  "/dev/i2c-1": [groupIds.i2c, 0o660],
  "/dev/gpiochip0": [groupIds.gpio, 0o660],
  "/sys/class/gpio/export": [groupIds.gpio, 0o220],
} as const;

/** A Raspberry Pi 3 on a kernel whose first line is number 512. */
export const pi3 = {
  ...raspberryPi("Raspberry Pi 3 Model B Plus Rev 1.3"),
  ...bus(1, "bcm2835 (i2c@7e804000)"),
  "/sys/devices/platform/soc/i2c-1/of_node/compatible": "brcm,bcm2835-i2c\0",
  ...gpioChip(512, "pinctrl-bcm2835", 512, 54),
  ...gpioChip(566, "raspberrypi-exp-gpio", 566, 8),
};

/** A Raspberry Pi 4. */
export const pi4 = {
  ...raspberryPi("Raspberry Pi 4 Model B Rev 1.4"),
  ...bus(1, "bcm2835 (i2c@7e804000)"),
  "/sys/devices/platform/soc/i2c-1/of_node/compatible": "brcm,bcm2711-i2c\0brcm,bcm2835-i2c\0",
  ...gpioChip(512, "pinctrl-bcm2711", 512, 58),
  ...gpioChip(570, "raspberrypi-exp-gpio", 570, 8),
};

/** A Raspberry Pi 5, whose header is the chip of the RP1 and not the first one. */
export const pi5 = {
  ...raspberryPi("Raspberry Pi 5 Model B Rev 1.0"),
  ...bus(1, "Synopsys DesignWare I2C adapter"),
  ...gpioChip(512, "gpio-brcmstb@107d508500", 512, 32),
  ...gpioChip(571, "pinctrl-rp1", 571, 54),
};

/** A board of another make on Debian: no raspi-config, no group gpio, no sysfs GPIO, I2C not enabled. */
export const otherBoard = {
  "/etc/passwd": accounts["/etc/passwd"],
  "/etc/group": "root:x:0:\npi:x:1000:\n",
  "/proc/device-tree/model": "FriendlyElec NanoPi R4S\0",
  "/proc/sys/kernel/osrelease": "6.12.41-arm64\n",
  "/etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nID=debian\n',
  "/dev/gpiochip0": "",
};
