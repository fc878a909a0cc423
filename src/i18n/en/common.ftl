## Words of every page

page-title = { $page } · { $site }
skip-to-content = Skip to content
language = Language
language-ja = 日本語
language-en = English
optional = optional
required = required
back = Back
cancel = Cancel
next = Continue
close = Close
save = Save changes
change = Change
copy = Copy
more = Show more
previous-page = Previous page
next-page = Next page
sign-in = Sign in
sign-out = Sign out
signed-in-as = { $name }
privacy-policy = Privacy policy
terms-of-service = Terms of service
opens-in-new-tab = opens in a new tab
breadcrumb = You are here
menu = Menu

## Time and length

days-left = { $days ->
    [one] 1 day left
   *[other] { $days } days left
}
years-left = About { $years } years left
ends-today = Ends today
months = { $count ->
    [one] 1 month
   *[other] { $count } months
}
years = { $count ->
    [one] 1 year
   *[other] { $count } years
}

## Navigation of my page

nav-my-page = My page
nav-home = Home
nav-products = Products
nav-profile = Profile
nav-security = Security
nav-sessions = Signed-in devices
nav-apps = Apps

## Kinds of notice (read aloud)

notice-info = Information
notice-good = Done
notice-warn = Please note
notice-bad = Error
notice-safety = Important safety notice

## Password fields

password-show = Show
password-hide = Hide
