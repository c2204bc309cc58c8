package delivery

import _ "example.org/fixture/internal/delivery/smtp"
