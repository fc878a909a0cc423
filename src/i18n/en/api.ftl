## The description of the APIs

api-title = API description
api-lead = What staff and machine clients can do through the management API, and what applications can do for a customer through the registry API. A star marks what is required.
api-document = OpenAPI 3.1 document
api-permission = Permission
api-scope = Scope
api-body = Body
api-answer = Answer { $status }
api-refusals = When refused
api-parameters = Parameters
api-name = Name
api-place = Place
api-kind = Kind
api-meaning = Meaning
api-objects = Objects
