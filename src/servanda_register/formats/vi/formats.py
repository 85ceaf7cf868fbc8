"""Vietnamese dates in small letters, for they stand inside sentences; the hour after the day."""

DATE_FORMAT = r"\n\gà\y j \t\há\n\g n \nă\m Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = r"\n\gà\y j \t\há\n\g n \nă\m Y, H:i"
SHORT_DATE_FORMAT = "d/m/Y"
SHORT_DATETIME_FORMAT = "d/m/Y H:i"
MONTH_DAY_FORMAT = r"j \t\há\n\g n"
FIRST_DAY_OF_WEEK = 1
