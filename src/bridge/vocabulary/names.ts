import type { Quantity } from "../../quantities.ts";

/** What a word means, and the unit in which devices that name no unit write it. */
export interface Named {
  readonly quantity: Quantity;
  readonly unit?: string | undefined;
}

const named = (quantity: Quantity, unit: string | undefined, words: string) =>
  words.split(" ").map((word): readonly [string, Named] => [word, { quantity, unit }]);

/** Words that devices use as keys, in lower case with underscores. Where a word is used with two units, it is not here. */
export const names: ReadonlyMap<string, Named> = new Map([
  ...named(
    "temperatureCelsius",
    "°C",
    "temperature temp temperatur tempc tempin tempout temperatures",
  ),
  ...named("temperatureCelsius", "°F", "tempf temperature_f temp_f"),
  ...named(
    "apparentTemperatureCelsius",
    "°C",
    "heat_index heatindex feels_like apparent_temperature wind_chill windchill",
  ),
  ...named("dewPointCelsius", "°C", "dew_point dewpoint"),
  ...named(
    "temperatureSetpointCelsius",
    "°C",
    "setpoint target_temperature heating_setpoint occupied_heating_setpoint current_heating_setpoint seltemp temperature_setpoint",
  ),
  ...named("relativeHumidityRatio", "%", "humidity hum relative_humidity rh luftfeuchtigkeit"),
  ...named("absoluteHumidityGramsPerCubicMeter", "g/m³", "absolute_humidity"),
  ...named(
    "pressurePascals",
    "hPa",
    "pressure pres barometer barometric_pressure atmospheric_pressure",
  ),
  ...named(
    "seaLevelPressurePascals",
    "hPa",
    "sea_level_pressure sealevel_pressure seapressure baromrel",
  ),
  ...named(
    "illuminanceLux",
    "lx",
    "illuminance illuminance_lux lux light_level luminosity brightness_lux ambient_light",
  ),
  ...named("uvIndex", undefined, "uv_index uvi uv"),
  ...named("irradianceWattsPerSquareMeter", "W/m²", "irradiance solar_radiation solarradiation"),
  ...named("carbonDioxidePpm", "ppm", "co2 carbon_dioxide"),
  ...named("carbonMonoxidePpm", "ppm", "co carbon_monoxide"),
  ...named("vocIndex", undefined, "voc_index"),
  ...named("noxIndex", undefined, "nox_index nox"),
  ...named("airQualityIndex", undefined, "aqi air_quality_index iaq"),
  ...named("pm1MicrogramsPerCubicMeter", "µg/m³", "pm1 pm1_0 pm01 pm_1"),
  ...named("pm25MicrogramsPerCubicMeter", "µg/m³", "pm25 pm2_5 pm_2_5 pm02"),
  ...named("pm4MicrogramsPerCubicMeter", "µg/m³", "pm4 pm4_0 pm_4"),
  ...named("pm10MicrogramsPerCubicMeter", "µg/m³", "pm10 pm10_0 pm_10"),
  ...named("carbonDioxideEquivalentPpm", "ppm", "eco2"),
  ...named("voltageVolts", "V", "voltage volt volts vcc"),
  ...named(
    "batteryVoltageVolts",
    "V",
    "battery_voltage batv batteryvoltage bat_v vbat battery_volts",
  ),
  ...named("currentAmperes", "A", "current currents ampere amperes amps"),
  ...named("powerWatts", "W", "power active_power apower act_power power_w watts"),
  ...named("apparentPowerVoltAmperes", "VA", "apparent_power aprt_power apparentpower"),
  ...named("reactivePowerVoltAmperesReactive", "var", "reactive_power reactivepower"),
  ...named("powerFactorRatio", undefined, "power_factor pf factor powerfactor cos_phi"),
  ...named("frequencyHertz", "Hz", "frequency freq fhz"),
  ...named(
    "energyJoulesTotal",
    "kWh",
    "energy total_energy energy_total energytotal energy_import energy_consumed energy_imported",
  ),
  ...named(
    "energyReturnedJoulesTotal",
    "kWh",
    "energy_returned energy_export produced_energy energy_exported export_energy energy_produced",
  ),
  ...named(
    "batteryRatio",
    "%",
    "battery batt bat battery_level soc battery_percent battery_percentage battery_soc",
  ),
  ...named("signalStrengthDbm", "dBm", "rssi signal wifi_rssi wifi_signal signal_strength srssi"),
  ...named("signalToNoiseDecibels", "dB", "snr lsnr"),
  ...named("linkQuality", undefined, "linkquality link_quality lqi"),
  ...named("soundLevelDecibels", "dB", "noise sound sound_level sound_pressure loudness"),
  ...named("windSpeedMetersPerSecond", "m/s", "wind_speed wind_avg windspeed wind_average"),
  ...named(
    "windGustMetersPerSecond",
    "m/s",
    "wind_gust wind_max windgust gust_speed wind_gust_speed",
  ),
  ...named("windDirectionDegrees", "°", "wind_direction wind_dir winddir wind_bearing"),
  ...named("rainMillimetersTotal", "mm", "rain rain_total rainfall precipitation"),
  ...named("rainRateMillimetersPerHour", "mm/h", "rain_rate rainrate rain_intensity"),
  ...named("soilMoistureRatio", "%", "soil_moisture moisture soil_humidity"),
  ...named("conductivitySiemensPerMeter", "µS/cm", "conductivity fertility"),
  ...named("ph", undefined, "ph"),
  ...named("positionRatio", "%", "position"),
  ...named("distanceMeters", "m", "distance"),
  ...named("levelMeters", "m", "level lvl water_level"),
  ...named("weightGrams", "kg", "weight"),
  ...named("volumeLitersTotal", "l", "total_volume volume_total water_total water_consumed"),
  ...named("gasVolumeLitersTotal", "m³", "gas_total gas_volume gas_consumed"),
  ...named(
    "uptimeSeconds",
    "s",
    "uptime uptime_seconds uptime_secs up_time_secs uptimesec uptime_sec",
  ),
  ...named("colorTemperatureKelvin", "mired", "color_temp"),
  ...named("colorTemperatureKelvin", "K", "color_temperature"),
  ...named("rotationRpm", "rpm", "rpm fan_rpm"),
  ...named("ratePerSecond", "1/s", "fps"),
  ...named("latitudeDegrees", "°", "latitude lat"),
  ...named("longitudeDegrees", "°", "longitude lon lng"),
  ...named("altitudeMeters", "m", "altitude elevation"),
  ...named("switchOn", undefined, "power_state relay output"),
  ...named("contactOpen", undefined, "door window opening"),
  ...named("motionDetected", undefined, "motion pir"),
  ...named("occupancyDetected", undefined, "occupancy presence"),
  ...named("leakDetected", undefined, "water_leak leak"),
  ...named("smokeDetected", undefined, "smoke"),
  ...named("vibrationDetected", undefined, "vibration"),
  ...named("tamperDetected", undefined, "tamper"),
  ...named("batteryLow", undefined, "battery_low batt_low low_battery"),
  ...named("heatDetected", undefined, "overtemperature"),
  ...named("pluggedIn", undefined, "plug_state"),
  ...named("progressRatio", "%", "progress"),
  ...named("utilizationRatio", "%", "cpu_usage memory_usage disk_usage cpu_load"),
]);
