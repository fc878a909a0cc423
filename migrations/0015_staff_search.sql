-- Staff look for a serial number without knowing its model.
CREATE INDEX unit_serial ON unit (serial);
